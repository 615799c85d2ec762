"""Whom a document's signatures come from: certificates, master lists, revocations, and the store that keeps them."""

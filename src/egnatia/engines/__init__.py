"""The matching engines: each stands alone, knows only the model, and never imports another engine."""

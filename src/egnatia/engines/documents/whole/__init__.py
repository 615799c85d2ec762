"""What is asked of a document as a whole: one source against another, where neither part could ask alone."""

"""The certificate of storage on paper: its words, its page, and its signature."""

"""Arguments of the datasets."""

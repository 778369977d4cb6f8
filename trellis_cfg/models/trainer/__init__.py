"""Arguments of the trainers."""

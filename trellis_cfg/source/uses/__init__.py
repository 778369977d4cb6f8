"""What the methods of a class of a checkout do with its arguments."""

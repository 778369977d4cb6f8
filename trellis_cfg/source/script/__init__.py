"""What a train script does with a config: the classes that it looks up, and the keys it reads."""

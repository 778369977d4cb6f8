"""Find, read and replace files; the only package that writes."""

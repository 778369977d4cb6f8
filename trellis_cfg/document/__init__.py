"""JSON text that knows its places; knows nothing of TRELLIS."""

"""JSON text with positions; independent of TRELLIS."""

class Grid:
    def __init__(self, roots, *, resolution=64):
        self.resolution = resolution

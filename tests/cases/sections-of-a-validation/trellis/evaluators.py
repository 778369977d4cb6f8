class Fid:
    def __init__(self, data, samples=10):
        pass

from hypothesis import settings

settings.register_profile("shared machine", deadline=None)  # timings are benchmarks, not tests
settings.load_profile("shared machine")

"""What an outsider gives to `grantengine recompute`, for tests of it."""

DRAW = {
    "labels": ["Kylä ry", "Åbo stad", "👩‍🌾 farm"],
    "one_time_code": "00" * 32,
    "public_randomness": "7 11 23 29 31 38 40",
    "winners": 1,
}
ASSIGNMENT = {
    "applications": [{"id": "a", "reviews": 1}, {"id": "b", "reviews": 1}],
    "reviewers": [{"id": "x", "min": 0, "max": 1}, {"id": "y", "min": 0, "max": 1}],
    "scores": [["a", "x", 12], ["a", "y", 5], ["b", "x", 6], ["b", "y", 1]],
    "conflicts": [],
    "seed": "KS/2026",
    "objective": "total",
}

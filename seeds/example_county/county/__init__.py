"""The invented county: its facts, the offices that report on it, and an oracle for every figure.

Nothing here imports graphkit, so that the figures in truth.json are a second opinion on graphkit's own.
"""

"""The course's features in Tokki, beside plain code."""

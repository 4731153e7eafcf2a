"""The classifiers on the body: labelled rows, students and teachers, calibration."""

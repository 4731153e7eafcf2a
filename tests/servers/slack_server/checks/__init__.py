"""What Slack refuses, and what the rules of this house add: functions from JSON to problems."""

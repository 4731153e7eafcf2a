"""`/label`: one text after another, a press each; and what people disagree on."""

"""What the service remembers: drawings, answers, people, reviews and promotions."""

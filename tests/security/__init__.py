"""What an attacker, or a curious colleague, might try."""

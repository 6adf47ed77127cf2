"""What people set right by hand: single values, and the check sheet that comes back."""

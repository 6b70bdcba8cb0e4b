"""From bytes to text, and from an encoded text to the one behind it, each step with its way back."""

"""The conversation: what to ask next, and what a chatbot tells a person."""

"""What a text is and whom and what it names: language, sentences, dates; actors, places, processes."""

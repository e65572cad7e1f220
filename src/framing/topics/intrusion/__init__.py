"""What people make of topics: tasks with an intruder, their answers, and scores."""

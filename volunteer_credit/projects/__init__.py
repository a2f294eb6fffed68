"""Projects: venture projects, activities, shifts, sign-up."""

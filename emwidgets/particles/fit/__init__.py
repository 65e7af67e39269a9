"""The exact model of a cuboid with cut corners, fitted to pictures of it: pose, edges and depths of the cuts."""

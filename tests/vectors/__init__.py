"""What writes spec/vectors/, and published vectors of others."""

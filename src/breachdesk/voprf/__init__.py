"""voprf"""

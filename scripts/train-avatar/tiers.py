"""The tiers, by the pixels that a cell of the patch's grid has in each."""

SIDES = {"360p": 2, "540p": 3, "720p": 4, "1080p": 6}


def side_of(tier):
    """180 cells go across every tier."""
    return SIDES[tier]

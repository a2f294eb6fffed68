"""The demonstration: a made-up community with everything standing at some stage."""

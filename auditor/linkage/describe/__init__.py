"""From images to points in one space: small portraits, their pose, their features, a whitening."""

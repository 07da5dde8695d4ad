"""The attack within the release: protocol, attackers, probabilities, controls, larger populations."""

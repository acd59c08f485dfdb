"""The thief of 2014 against a real `breachdesk serve`: what `benches/bench_attack.py` runs."""

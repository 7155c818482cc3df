"""The only folder that speaks to a broker: topics, transport, partition tasks, agents, subscribe."""

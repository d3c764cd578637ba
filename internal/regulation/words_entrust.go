package regulation

// The words of what a company's head entrusts, and of its registers.
func init() {
	packWords["source"] = append(packWords["source"], "delegations", "designations", "executions")
	packWords["column"] = append(packWords["column"], "delegation", "designation", "deed", "deeds", "executor", "from", "until", "items", "unit", "stages", "revoked_at")
}

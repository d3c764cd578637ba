package regulation

// The words of what a company's head entrusts, and of its registers.
func init() {
	packWords["finding"] = append(packWords["finding"], "not_in_place")
	packWords["source"] = append(packWords["source"], "delegations", "designations", "executions", "stages", "confirmations", "disclosures")
	packWords["column"] = append(packWords["column"], "delegation", "designation", "deed", "deeds", "executor", "from", "until", "items", "unit", "stages", "revoked_at", "stage", "agreement_no", "sheet", "confirmed", "lacking", "recipient", "recipient_person", "taken_back_at", "unreturned", "basis")
}

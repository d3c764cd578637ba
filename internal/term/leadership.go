package term

// Leadership is the department of who belongs to no unit, since he leads the office: what a register of loans says of him.
const Leadership UnitID = "单位领导"

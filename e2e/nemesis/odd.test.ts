import { nemesis } from "./run"

nemesis(1)

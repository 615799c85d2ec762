"""The addresses of the exchange that more than one room speaks of, and its one header."""

MESSAGES_PATH = "/exchange/messages"
STATUS_PATH = "/exchange/status"
WITNESS_PATH = "/exchange/witness/checkpoint"
C2SP_PATH = "/exchange/witness/add-checkpoint"
"""The same under the name that C2SP tlog-witness gives it; release 0.1.0 knows the other one only."""
LEAVES_PATH = "/exchange/ledger/leaves"
SENT_AT_HEADER = "egnatia-sent-at"

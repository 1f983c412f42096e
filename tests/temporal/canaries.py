# Every plaintext that must never be found in raw history, each in one kind of place only. ASCII, so that JSON keeps it as is.

CUSTOMER = "Ada Lovelace, 12 Analytical Row"
RESULT = "parcel AX-4471 left the warehouse"
SIGNAL = "leave it with the neighbor at number 14"
UNREADABLE_SIGNAL = "billing: add invoice 9902 to the parcel"
QUERY = "waiting for the packing machine"
MEMO = "birthday present from Charles"
SUMMARY = "a difference engine, gift-wrapped"
HEADER = "tenant-lovelace-and-sons"
FAILURE = "card 4929-1180 was refused by the bank"
FAILURE_DETAIL = "bank says: over the monthly limit"
HEARTBEAT = "packed 3 of 7 gear boxes"
ACTIVITY_RESULT = "seven gear boxes in one crate"
FROM_WEB_UI = "one brass punch card reader"

# What the history of one Order holds once it is closed. (Heartbeats live in the pending Activity, queries nowhere.)
IN_HISTORY = (CUSTOMER, RESULT, SIGNAL, UNREADABLE_SIGNAL, MEMO, SUMMARY, HEADER, FAILURE, FAILURE_DETAIL, ACTIVITY_RESULT)
ALL = (*IN_HISTORY, QUERY, HEARTBEAT, FROM_WEB_UI)

-- The record of a phone is one hash. Numbers are packed big-endian; times are 6 bytes of milliseconds, and so is the
-- name of the mastership under which something was written, or 0: see include/mastership.lua.
--
--   s                        times of recent sends of all purposes, oldest first
--   c:<purpose>              cooldown: when a resend is allowed, the last send, sends in a row without success,
--                            mastership; then, if the last send was a resend, its nonce
--   f:<purpose>              failures: how many in a row, the last one
--   v:<purpose>:<id>         verification: issued, expires, state, attempts left, delivery of its newest message,
--                            newest send (milliseconds after it was issued), when the guard counted it (or 0),
--                            mastership; then, once a guess was judged, the nonce of the last one; then, until it is
--                            verified, the digest (22 characters) and the sealed code, afterwards the failures before
--   m:<purpose>:<id>         its newest message that a gateway took: sent, whether the verification has used up
--                            its one shortened cooldown; then the gateway
--   i:<idempotency key>      what a request got: kind, forgotten at, mastership; then the answer, by kind
--
-- A proof is a string: when it was made, mastership, whether it is spent; then, if so, by which nonce. A nonce is 8
-- characters: it tells a call that is made again, because its reply was lost, from another one.
local TIME = '>I6'
local COOLDOWN = '>I6I6BI6'
local FAILURES = '>BI6'
local VERIFICATION = '>I6I6BBBI4I6I6'
-- Parts of it, and where they begin: when it expires, state, attempts left; when the guard counted it, mastership.
local STANDING, STANDING_AT, STATE_AT = '>I6BB', 7, 13
local ORIGIN, ORIGIN_AT, REST_AT = '>I6I6', 20, 32
local MESSAGE = '>I6B'
local ANSWERED = '>BI6I6'
local ANSWERED_SEND = '>I6B'
local ANSWERED_VERIFIED = '>I6B'
local ANSWERED_WRONG = '>BB'
local PROOF = '>I6I6B'
-- JUDGED is pending, too, with the nonce of a guess: what nobody has guessed at yet, most of all there is, has none.
local STATE_PENDING, STATE_VERIFIED, STATE_JUDGED = 0, 1, 2
local QUEUED, SENT, DELIVERED, UNDELIVERED = 0, 1, 2, 3
local KIND_SEND, KIND_VERIFIED, KIND_WRONG = 0, 1, 2
local TIME_BYTES, NONCE_LENGTH = 6, 8
local DIGEST_LENGTH = 22

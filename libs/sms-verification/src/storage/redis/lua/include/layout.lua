-- The record of a phone is one hash. Numbers are packed big-endian; times are 6 bytes of milliseconds, and so is the
-- name of the mastership under which something was written, or 0: see include/mastership.lua.
--
--   s                        times of recent sends of all purposes, oldest first
--   c:<purpose>              cooldown, empty after a success: when a resend is allowed, the last send, sends in a row
--                            without success, mastership; then, if the last send was a resend, its nonce
--   f:<purpose>              failures: how many in a row, the last one; then, of the verification that was guessed at
--                            last, what the next wrong guess has to know: when it expires, its attempts left, the
--                            nonce of the guess, the first 8 characters of its id (48 bits), its digest. As long as it
--                            is pending, this is newer than what its own field says. When none is meant, expires is 0
--   v:<purpose>:<id>         verification: when it expires, state, attempts left; then, when those are of a guess, its
--                            nonce; then its lifetime, which it has been issued before it expires, its newest send
--                            (both in milliseconds, the latter after it was issued), delivery of its newest message,
--                            when the guard counted it (or 0), mastership; then, until it is verified, the digest (22
--                            characters) and the sealed code, afterwards the failures before
--   m:<purpose>:<id>         its newest message that a gateway took: sent, whether the verification has used up
--                            its one shortened cooldown; then the gateway
--   p:<purpose>:<digest>     proof, named by 22 characters of its digest: when it was made, when it expires, mastership,
--                            whether it is spent; then, if so, the nonce of the call that spent it
--   i:<idempotency key>      what a request got: kind, forgotten at, mastership; then the answer, by kind
--
-- A nonce is 8 characters: it tells a call that is made again, because its reply was lost, from another one.
--
-- No value is longer than 64 bytes, with codes of up to 7 digits: a hash that has a longer one takes Redis twice the
-- memory (hash-max-listpack-value).
local TIME = '>I6'
local COOLDOWN = '>I6I6BI6'
local FAILURES = '>BI6I6Bc8c8c22'
-- What a guess changes of a verification stands in front of all that it does not.
local STANDING, NONCE_AT = '>I6BB', 9
local ORIGIN, ORIGIN_LENGTH = '>I3I3BI6I6', 19
local MESSAGE = '>I6B'
local ANSWERED = '>BI6I6'
local ANSWERED_SEND = '>I6B'
local ANSWERED_VERIFIED = '>I6B'
local ANSWERED_WRONG = '>BB'
local PROOF = '>I6I6I6B'
-- JUDGED is pending, too, with the nonce of a guess: most have none, for it stands with the failures.
local STATE_PENDING, STATE_VERIFIED, STATE_JUDGED = 0, 1, 2
local QUEUED, SENT, DELIVERED, UNDELIVERED = 0, 1, 2, 3
local KIND_SEND, KIND_VERIFIED, KIND_WRONG = 0, 1, 2
local TIME_BYTES, NONCE_LENGTH = 6, 8
local DIGEST_LENGTH = 22
-- Where a field that ends in an id of 22 characters has the first 8 of them.
local NAME_FROM, NAME_TO = -22, -15
-- Fills the nonce, the name and the digest of no verification.
local NOTHING = '0000000000000000000000'

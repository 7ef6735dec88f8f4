/** What each ending means; documented in docs/operations.md. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3 } as const;

export const HELP = `Looks after single phone numbers, with the settings and the Redis of the application.

  sms status  <phone> [--purpose login]                      what is out for a number, and when the next code can be
  sms explain <phone> [--purpose login]                      every limit that would refuse it a code now, and when it opens
  sms reset   <phone> [--purpose login]                      clears its failures and its cooldown
  sms block   <phone> --for 2h [--level country|operator|range]    refuses all codes to the range that it lies in
  sms unblock <phone> --for 2h [--level country|operator|range]    keeps that range open, whatever its numbers do

  <phone>           +14155550100, a national number with --region US, or - to read it from standard input,
                    where no list of processes and no history of a shell shows it
  --purpose login   this purpose alone; left out: every one of SMS_PURPOSES
  --level           how wide a range: without the last four digits (range, the default), the country with the first
                    digits (operator), or the country
  --for 2h          how long: s, m, h or d

Ends with 0 when it is done, 1 when it could not be done, 2 when the command is not right,
and explain with 3 when a code would be refused now.
`;

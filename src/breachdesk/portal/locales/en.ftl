# Words of the public pages. Short, one thought a sentence. Never "exposed".

month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
period-months = Between { $first } and { $last }
period-days = Between { DATETIME($first, dateStyle: "long") } and { DATETIME($last, dateStyle: "long") }
date = { DATETIME($date, dateStyle: "long") }

## Home

home-title = { $organisation } leak check
home-lead = { $period }, customers' information was leaked from { $organisation }. Here you can find out at once whether yours was.
home-several = { $organisation }: { $count } leaks of customers' information
home-lead-several = Information of customers was leaked from { $organisation } more than once. With one question you find out at once in which of these leaks yours was.
over-title = Nothing can be checked here any more.
over-lead = All data of the leaks at { $organisation } that this site covered have been withdrawn and deleted. Nothing that you type is needed here.
over-withdrawn = What was withdrawn, and why
over-proof = A proof that you saved earlier stays good. What was published, and when, stays in the release history.
check-title = Was my information leaked?
check-by = What do you want to check with?
check-submit = Check
check-stays = What you type stays on this device.
check-stays-code = Your name and date of birth stay on this device, and so does the answer.
check-no-terms = There is nothing to agree to and nothing to sign up for.
check-soon-title = You cannot check yet.
check-soon-text = We are still going through the leaked data. As soon as we are done, you can check on this page. Until then, ask us in one of the ways below.
no-script-title = You cannot check on this device.
no-script-text = The check runs on your own device, and this browser does not run JavaScript. Turn JavaScript on and open the page again, or ask us in one of the ways below.
old-browser-title = You cannot check with this browser.
old-browser-text = Update the browser, or open the page in another one. You can also ask us in one of the ways below.
ask-title = Ask without the web
leaked-title = What was leaked?
leaked-note = It is not the same for everybody.
happened-title = What happened?
happened-period = When it was taken
happened-discovered = When it became known
response-title = What we are doing
unknown-title = What we do not know yet
scam-title = Watch out for scams that use this leak
scam-uses = We write to you by
scam-never = We never use
scam-text = Whatever comes another way is a scam, even if they know your name or your plan. We never ask for passwords or money.
scam-code = One exception: a code that you have just asked for on this site. It comes without a link.
scam-report = If you suspect a scam, call { $phone }.
report-title = Has it harmed you?
report-text = The button takes you to the desk. The list of items above goes along; what you typed here does not.
report-go = Report damage with these items
emergency-title = Is money leaving your account now?
emergency-text = Call first. Everything else can wait.

## Fields

field-name = Name
field-name-hint = As you were registered then. Blanks do not matter.
field-birth_date = Date of birth
field-birth_date-hint = Year first, for example 1989-01-02 or 19890102
field-phone = Phone number
field-phone-hint = The number you had then, for example 010-1234-5678
field-email = E-mail address
field-email-hint = For example hong@example.com
field-rrn = Resident registration number
field-rrn-hint = 13 digits
field-customer_number = Customer number
field-customer_number-hint = It is on your bill.
field-bank_account = Bank account number
field-bank_account-hint = Digits and hyphens only
field-card_number = Card number
field-card_number-hint = The long number on your card
field-channel_token = Code sent to you
field-letter_code = Code in the letter
field-letter_code-hint = 16 letters and digits, for example 0123-4567-89AB-CDE8. Hyphens, blanks and small letters do not matter.
field-desk_code = Code from the desk
field-desk_code-hint = The 16 letters and digits that you were given. Hyphens, blanks and small letters do not matter.
field-code = Code from the message
field-code-hint = 8 digits. Blanks and hyphens do not matter.
reveals-membership = Tells whether your information was leaked
reveals-items = Tells which things were leaked

errors-title = Please correct this. Nothing has been sent.
errors-refused = The code was not accepted. This says nothing about whether your information was leaked.
error-name-empty = Type your name.
error-name-too-long = That is too long for a name. Type the name only.
error-name-characters = Use Korean, Chinese or Latin letters only. Leave out digits and brackets.
error-name-length = The name needs between 2 and 60 letters.
error-birth_date-empty = Type your date of birth.
error-birth_date-too-long = Type the date of birth only, for example 1989-01-02.
error-birth_date-characters = Type the date of birth in digits, for example 1989-01-02.
error-birth_date-century = Type the year with four digits, 1989 and not 89.
error-birth_date-format = Type year, month and day in this order, for example 1989-01-02.
error-birth_date-date = There is no such date. Look at year, month and day again.
error-phone-empty = Type your phone number.
error-phone-too-long = Type one phone number only.
error-phone-characters = Use digits only. Hyphens and blanks are fine.
error-phone-length = The phone number has too few or too many digits. Look at it again.
error-phone-format = There is no such number in Korea. Include the area code. Numbers of other countries begin with +.
error-email-empty = Type your e-mail address.
error-email-too-long = Type one e-mail address only.
error-email-characters = An e-mail address cannot have some of these characters. Look for blanks or Korean letters.
error-email-length = The e-mail address is too long. Look at it again.
error-email-format = Type the e-mail address like hong@example.com.
error-rrn-empty = Type your resident registration number.
error-rrn-too-long = Type the resident registration number only.
error-rrn-characters = Use digits only. A hyphen is fine.
error-rrn-length = A resident registration number has 13 digits. Look at it again.
error-rrn-date = The first six digits are no date. Look at them again.
error-customer_number-empty = Type your customer number.
error-customer_number-too-long = Type the customer number only.
error-customer_number-characters = Use digits and Latin letters only.
error-customer_number-length = That is too long for a customer number. Look at your bill again.
error-bank_account-empty = Type your account number.
error-bank_account-too-long = Type one account number only.
error-bank_account-characters = Use digits only, without the name of the bank.
error-bank_account-length = An account number has between 6 and 20 digits. Look at it again.
error-card_number-empty = Type your card number.
error-card_number-too-long = Type one card number only.
error-card_number-characters = Use digits only.
error-card_number-length = A card number has between 13 and 19 digits. Look at it again.
error-card_number-checksum = One of the digits is wrong. Look at the card number again.
error-letter_code-empty = Type the code in the letter.
error-letter_code-too-long = Type the code only.
error-letter_code-characters = The code has Latin letters and digits only, and no U.
error-letter_code-length = The code has 16 letters and digits. Look at the letter again.
error-letter_code-checksum = One of the letters or digits is wrong. Look at the letter again.
error-letter_code-refused = This code is not valid. Look at the letter again. An older letter may have been replaced by a newer one.
error-desk_code-empty = Type the code that the desk gave you.
error-desk_code-too-long = Type the code only.
error-desk_code-characters = The code has Latin letters and digits only, and no U.
error-desk_code-length = The code has 16 letters and digits. Look at it again.
error-desk_code-checksum = One of the letters or digits is wrong. Look at the code again.
error-desk_code-refused = This code does not belong to this number or mailbox, or its time is over. Ask the desk for a new one.
error-code-empty = Type the code from the message.
error-code-too-long = Type the code only.
error-code-characters = The code has digits only.
error-code-length = The code has 8 digits. Look at the message again.
error-code-refused = This code is wrong, or its time is over. Look at the newest message, or ask for another code.

## With a code

code-title = For this you need a code
code-text = What was leaked about you is told only to whoever holds the phone, the mailbox or the letter that we have on file.
code-ask = Send me the code
code-held = You have shown already that you hold this address. No new code is needed.
way-legend = How do you get the code?
way-phone = By text message
way-email = By e-mail
way-letter = I have a letter with a code
way-desk-phone = I have a code from the desk, for a phone number
way-desk-email = I have a code from the desk, for an e-mail address
learns-title = Who learns that you ask?
learns-1 = Whoever sends the code learns that this number or mailbox asked for one. Nobody learns what you are told.
learns-2 = We keep the number or mailbox for 24 hours, scrambled with a key, so that nobody can have codes sent without end.
learns-3 = The message holds the code and no link, and comes only when you have just asked for it here. Any other message is not from us.
learns-letter = The service for codes learns that the code of this letter was used. Nobody learns what you are told.
learns-desk = The service for codes learns that the desk's code for this number or mailbox was used. Nobody learns what you are told.
code-sent-title = Type the code
code-sent = A code is on its way to { $address }. It can take a few minutes.
code-resent = Another code is on its way. Use the newest one.
code-until = The code is good until { $until }, and for 5 tries.
code-tries = Tries left for this code: { $tries }
code-tries-none = This code has no tries left. Ask for another one.
code-secret = Tell nobody this code, not even somebody who says they are from us. We never ask for it by phone.
code-missing-title = No message yet?
code-missing = Look in the spam folder too. It also comes if your information was not leaked: every number and mailbox gets the same message.
code-wait = You can ask for another code in { $seconds } seconds.
code-again = Send another code
code-other = Change number or mailbox

## While checking

working-title = Checking
working-ask-title = Asking for the code
working-ask = The request for a code is being sent.
working-code = Showing the code to the service that sent it. Its answer opens only your own question.
working-list = Checking the signatures of the published data.
working-blind = Scrambling what you typed, on this device.
working-evaluate = Sending one scrambled point, and checking the proof that comes back.
working-open = Fetching one sealed page, and opening it on this device.
working-slow = This is taking a while. The connection may be slow. Please keep this page open.
working-stop = Stop

## Included

included-title = Your information was leaked.
included-lead-one = This thing was taken between { $first } and { $last }.
included-lead-other = These { $count } things were taken between { $first } and { $last }.
included-undated-one = This thing was taken.
included-undated-other = These { $count } things were taken.
included-membership = This question alone does not show what was taken. Ask us in one of the ways below.
included-membership-code = To see which things were taken, you need a code: to the phone or mailbox that we have on file, or from our letter.
included-by-code = Show which things
included-elsewhere = { $title }: what you typed is not in this leak.
included-several = { $count } people fit what you typed, such as a family with one phone number. Each is shown by itself.
todo-title = What to do now
todo-note = The most urgent first. Each takes minutes. Your ticks stay on this screen and are gone when you close it.
todo-progress = { $done } of { $total } done
todo-done = Done
todo-more = What else you can do
proof-title = Keep this answer as proof
proof-text = With the saved file, anyone can check this answer again without the internet.
proof-warning = The file contains what you typed. Give it only to people you trust. It is not sent to us.
proof-save = Save the proof
proof-print = Print this page
proof-saved = Saving has begun. Look for breachdesk-proof.json among your downloads.

## Not found

absent-title = What you typed is not in the leaked data.
absent-lead = This covers release { $number } of { $date }. If more is found, this site will say so.
absent-lead-undated = This covers release { $number }. If more is found, this site will say so.
absent-limit = This answers the one question that you asked. You may be on file with other details.
cover-title = What this release covers
cover-people = The information of { $subjects } people.
cover-missing = This question cannot find { $missing } of them: in the files, one of these details is empty or malformed.
cover-none = This question can find none of them. Try another question.
cover-missing-none = This question can find all of them.
cover-rejected = { $rejected } records could not be read and are not included.
cover-rejected-none = No record had to be left out as unreadable.
cover-more = Why, and how many, question by question
other-title = Try another question
other-ask = Check with: { $fields }
other-number-title = Did you have another number then?
other-number-text = Check again with that number. If your name has changed, use the old one. If someone in your family held the contract, use that name.

other-way-title = Did you have another number or mailbox then?
other-way-text = This answer holds for the name, the date of birth and the address that you used just now. What else you can try:
other-way-phone = A phone number that you had then, if you still can read its messages.
other-way-email = An e-mail address that you gave us then.
other-way-letter = The code in the letter, if you got one from us.
other-way-desk = If you no longer have that number or mailbox: show at the desk who you are, and you get a code for it.

## Could not be checked

unverified-title = We could not check.
unverified-lead = This does not mean that you are safe.
unverified-why = Why
unverified-else = What else you can do
unverified-code = Name of the error
unverified-offline = This device is not connected to the internet. Connect it, then check again.
unverified-network = The server did not answer. Look at your connection, and check again in a little while.
unverified-busy = Too many questions came in a short time, so checking is blocked for a moment.
unverified-busy-when = Check again after { $time }.
unverified-busy-later = Check again in a few minutes.
unverified-codes = Too many codes were asked for in a short time, so no more are sent for now.
unverified-sender = The service for codes did not answer as it should, or does not send to this number or mailbox. Try another way: e-mail, a letter or the desk.
unverified-holder = Two or more independent holders compute each answer together. This one did not answer as it should: { $holder }
unverified-server = The server that answers has a problem. The fault is ours. Check again in a little while.
unverified-clock = The date or time of this device is wrong. Set the clock, then check again.
unverified-stale = The data that the server gave is dated more than 7 days ago. We cannot know whether it is the latest, so there is no answer.
unverified-tampered = The proof of what arrived does not hold. It may have been changed on the way, so there is no answer. Try again over another connection. If it happens again, tell us.
unverified-history = What the server gave contradicts what it gave before. This must not happen. Note the name of the error and tell us.
unverified-retired = The data of these leaks have been withdrawn, so there is nothing to ask any more. The release history says when and why.
unverified-version = This page is out of date. Reload it, then check again.
unverified-script = The program of this page does not work properly here. Reload the page, or open it in another browser.
again = Check again
another = Check with something else

## Why to believe the answer

facts-title = Where this answer comes from
facts-release = Release
facts-release-value = { $number }
facts-published = Published on
facts-fresh = Signed at
facts-root = Fingerprint of the data
facts-entry = Fingerprint in the log
facts-witnesses = Witnessed by
facts-signers = Our key for the time
facts-holders = Computed by
facts-log-key = Key of the log
facts-script = Program of this page
facts-how = How it works
new-tab = (opens in a new tab)

## What is sent

see-title = See for yourself: what leaves and what stays
see-stays = Stays on this device
see-leaves = Leaves this device
see-stays-typed = What you typed
see-stays-key = The random number that hides it
see-stays-answer = The answer
see-nothing = Nothing has been sent yet.
see-empty = Nothing typed yet.
see-list = Requests for published data, the same for everybody
see-puzzle = A small puzzle against mass guessing, and its solution, the same for everybody
see-address = The number or mailbox for the code, readable, to the service for codes only
see-code = The code and what it belongs to, readable, to the service for codes only
see-but-address = Not the number or mailbox for a code: it leaves when you ask for the code, and so does the code when you type it.
see-point = A scrambled point ({ $bytes } bytes, different each time)
see-page = The number of a sealed page
see-note = Open the developer tools of your browser (F12), tab Network, and you see the same requests. Whether you are in the data or not, what leaves is the same.

## What to do

help-title = What to do about each thing that was leaked
help-lead = The most urgent first. If you do not know whether you are affected, check first.
help-check = Check my information
help-routes = Who helps
help-source = Source
help-checked = checked { DATETIME($date, dateStyle: "long") }

## Without the web

contact-title = Ask without the web
contact-lead = By phone, in person or by letter you get the same answer. You need no smartphone and no computer.
contact-code-title = If you have a code
contact-code-letter = The letter from us holds a code of 16 letters and digits. With it you see on this site which things were leaked.
contact-code-desk = If you no longer have the phone or mailbox of then, show who you are at the desk. You get a code for the old number or mailbox. That it was given is recorded.
contact-code-never = We never ask for a code by phone, and no message from us has a link.
contact-kind-phone = Phone
contact-kind-shop = In person
contact-kind-post = Letter
contact-kind-email = E-mail

## Release history

register-link = What happened and what we did, with dates and all that we said
releases-title = Release history
releases-lead = Every release there has been. Each is entered in a signed log, so that an earlier one cannot be changed quietly.
releases-none = Nothing has been released yet.
releases-number = Release { $number }
releases-current = In use now
releases-tombstone = Entry { $number }: data withdrawn
releases-people = People
releases-people-value = { $count }
releases-records = Records
releases-records-value = { $indexed } of { $read } included
releases-finds = Which question finds how many
releases-finds-value = { $count } of { $all } people
releases-epoch = Key epoch { $number }
releases-rejected = Records that are in no answer
rejected-encoding = { $count ->
    [one] 1 record whose characters cannot be read
   *[other] { $count } records whose characters cannot be read
}
rejected-shape = { $count ->
    [one] 1 record that does not fit the columns of its file
   *[other] { $count } records that do not fit the columns of their file
}
rejected-no-subject = { $count ->
    [one] 1 record that does not say whose it is
   *[other] { $count } records that do not say whose they are
}
rejected-no-lookup = { $count ->
    [one] 1 record with too little in it to be found by any question
   *[other] { $count } records with too little in them to be found by any question
}
left-out-missing = { $count ->
    [one] It cannot find 1 record with no { $field }.
   *[other] It cannot find { $count } records with no { $field }.
}
left-out-invalid = { $count ->
    [one] It cannot find 1 record with a malformed { $field }.
   *[other] It cannot find { $count } records with a malformed { $field }.
}
left-out-missing-address = { $count ->
    [one] It cannot find 1 record with no number or mailbox for the code.
   *[other] It cannot find { $count } records with no number or mailbox for the code.
}
left-out-invalid-address = { $count ->
    [one] It cannot find 1 record with a malformed number or mailbox for the code.
   *[other] It cannot find { $count } records with a malformed number or mailbox for the code.
}
change-first = { $records ->
    [one] 1 record
   *[other] { $records } records
} of { $subjects ->
    [one] 1 person
   *[other] { $subjects } people
} released for the first time on { DATETIME($date, dateStyle: "long") }.
change-added = { $records ->
    [one] 1 record
   *[other] { $records } records
} added on { DATETIME($date, dateStyle: "long") }, with { $subjects ->
    [0] nobody who was not in it before
    [one] 1 person who was not in it before
   *[other] { $subjects } people who were not in it before
}.
change-replaced = The data was corrected on { DATETIME($date, dateStyle: "long") }: in place of what was there, { $records ->
    [one] 1 record
   *[other] { $records } records
} of { $subjects ->
    [one] 1 person
   *[other] { $subjects } people
}.
change-reread = { $records ->
    [one] 1 record that could not be read before was read and added
   *[other] { $records } records that could not be read before were read and added
} on { DATETIME($date, dateStyle: "long") }, with { $subjects ->
    [0] nobody who was not in it before
    [one] 1 person who was not in it before
   *[other] { $subjects } people who were not in it before
}.
change-retired = Withdrawn on { DATETIME($date, dateStyle: "long") }: { $records ->
    [one] 1 record
   *[other] { $records } records
} of { $subjects ->
    [one] 1 person
   *[other] { $subjects } people
}.
change-none = Nothing of this changed in this release.

## How it works

how-title = How it works
how-lead = You should not have to hand over your information again to learn that it was leaked. So the check is built like this.
how-steps-title = When you press the button
how-step-1 = Your device checks the signatures and the date of the published data. If it is more than 7 days old, there is no answer.
how-step-2 = Your device hides what you typed behind a random number and turns it into one point. From that point we can learn nothing, however fast our computers are.
how-step-3 = The point goes to our server. It sends back a point computed with a secret key, and a proof that it computed correctly.
how-step-3-several = The point goes to every holder of a part of the secret key: { $holders }. Each sends back a point computed with its part, and a proof that it computed correctly. None of them can compute the answer alone.
how-step-4 = Your device takes the random number off again and learns the number of a sealed page. Hundreds or thousands of sealed records share that page.
how-step-5 = Your device fetches that page and tries to open it. Records that are not yours do not open. Only your device knows the result.
how-code-title = When a code is needed
how-code-lead = Anyone can know a name and a date of birth. So what was leaked is shown only to whoever holds the phone, the mailbox or the letter on file.
how-code-1 = You name a phone number or mailbox. The service for codes sends 8 digits there, to every number and mailbox alike, whether it is in the data or not. It learns that this address asked.
how-code-2 = Against the right code it gives your device a key for that address, with a proof that it is the right one. The service for codes sees neither your name nor your date of birth, nor any answer.
how-code-3 = Your device mixes that key into the question and asks as above. Without it nobody can even form the question.
how-code-limit = Whoever runs the service for codes could make such keys. They still would have to guess name and date of birth, and every question is counted.
how-see-title = See it for yourself
how-see-text = Open "See for yourself" on the check page and check. It shows all that leaves, as it leaves. Compare it with the developer tools of your browser.
how-command = You need not trust our page. The published command line program asks in the same way:
how-verify = A saved proof is checked without the internet:
how-proved-title = What is proved
how-proved-text = That this release gives this answer to this question. We cannot answer differently to different people.
how-unproved-title = What is not proved
how-unproved-1 = That the release holds everything that was leaked. It holds the files that we found.
how-unproved-2 = That the number of people in it is true.
how-unproved-3 = That the program of this page is honest. That is why we publish its fingerprint.
how-unproved-4 = That everybody is shown the same log. Only a witness independent of us can vouch for that.
how-risk-title = People who know you
how-risk-text = Anyone who knows these details can ask the questions below. Someone in your family, or someone who knows you, could ask about you, and would be told this:
witness-title = Who has witnessed it
witness-text = A witness is somebody else who follows our log, and signs it only if nothing that was published has been changed. Only the witness can tell you whether it is independent of us. Get its key from the witness, and compare.
witness-by = { $name } witnessed all that is published, last on { DATETIME($date, dateStyle: "long") } at { $clock }.
witness-none = Nobody independent of us has witnessed this release.
witness-key = Key of a witness
how-keys-title = Keys and fingerprints
how-keys-text = Compare them with what you have from elsewhere.

## Privacy

privacy-title = Privacy
privacy-lead = This site does not receive what you type, so it does not keep it either.
privacy-lead-codes = This site does not receive your name, your date of birth or the answer. If you ask for a code, it receives the number or mailbox that the code goes to.
privacy-typed-title = What you type
privacy-typed-text = It is used on your device only and is gone when you close the page. It goes into no address, no history and no storage of the browser.
privacy-typed-text-codes = It is used on your device only and is gone when you close the page. It goes into no address, no history and no storage of the browser. The one exception is the number or mailbox for a code, with that code.
privacy-code-title = If you ask for a code
privacy-code-1 = The service for codes gets your number or mailbox, to send the code. It does not get your name or your date of birth, and never learns what you are told.
privacy-code-2 = The company that delivers the message sees that a code from us went to that number or mailbox.
privacy-code-3 = For 24 hours we keep the number or mailbox, scrambled with a key, to limit how many codes are sent. Then it is deleted.
privacy-code-4 = Every number and mailbox gets the same message, whether its owner is in the data or not.
privacy-answer-title = The answer
privacy-answer-text = Only your device knows it. What is sent is the same whether you are in the data or not, so we cannot tell.
privacy-gets-title = What the servers learn
privacy-gets-1 = Your internet address (IP) and the time, as with any website.
privacy-gets-2 = One scrambled point and the number of a sealed page. With our key and our list of customers, the page number could narrow down who asked to a part of them.
privacy-gets-3 = There are no cookies, no visitor statistics and no programs of other companies.
privacy-shared-title = If you share this device
privacy-shared-text = Close the page when you are done. If you saved the proof, move or delete the file.

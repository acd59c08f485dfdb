# Words that all pages share

site-name = Leak check
site-skip = Skip to the main text
site-menu = Menu
site-other-language = 한국어
site-nav-check = Check
site-nav-help = What to do
site-nav-how = How it works
site-nav-releases = Release history
site-nav-contact = Ask without the web
site-nav-desk = Report damage
site-nav-privacy = Privacy
site-footer = This site sets no cookies and does not receive what you type.
site-footer-codes = This site sets no cookies. Of what you type it receives only the number or mailbox to which you ask for a code, and that code.

missing-title = There is no page at this address.
missing-text = It may have moved, or been mistyped. You can check your information on the home page.
missing-home = Go to the home page
failed-title = We could not show this page.
failed-text = The fault is ours. It does not mean that you are safe. Please open the page again in a little while.
failed-home = Open the home page again

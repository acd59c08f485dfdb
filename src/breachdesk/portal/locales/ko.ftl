# 공개 화면의 말. 짧게, 한 문장에 한 가지. "노출"이라고 쓰지 않습니다.

month = { $year }년 { $month }월
period-months = { $first }부터 { $last }까지
period-days = { DATETIME($first, dateStyle: "long") }부터 { DATETIME($last, dateStyle: "long") }까지
date = { DATETIME($date, dateStyle: "long") }

## 첫 화면

home-title = { $organisation } 정보 유출 확인
home-lead = { $period } { $organisation }에서 고객님들의 정보가 유출되었습니다. 내 정보도 유출되었는지 여기에서 바로 확인하실 수 있습니다.
home-several = { $organisation } 고객정보 유출 { $count }건
home-lead-several = { $organisation }에서 고객님들의 정보가 여러 차례 유출되었습니다. 한 번만 물어보시면 내 정보가 그 가운데 어느 유출에 들어 있었는지 바로 아실 수 있습니다.
over-title = 이제 여기에서 확인하실 것이 없습니다.
over-lead = 이 누리집에서 다루던 { $organisation } 유출 자료는 모두 거두어 지웠습니다. 아무것도 입력하실 필요가 없습니다.
over-withdrawn = 거둔 자료와 그 까닭
over-proof = 전에 저장하신 증거는 그대로 쓰실 수 있습니다. 무엇을 언제 공개했는지는 공개 이력에 남아 있습니다.
check-title = 내 정보가 유출되었는지 확인하기
check-by = 무엇으로 확인하시겠습니까?
check-submit = 확인하기
check-stays = 입력하신 내용은 이 기기를 떠나지 않습니다.
check-stays-code = 이름과 생년월일, 확인 결과는 이 기기를 떠나지 않습니다.
check-no-terms = 동의하실 것도, 가입하실 것도 없습니다.
check-soon-title = 아직 확인하실 수 없습니다.
check-soon-text = 유출된 자료를 정리하고 있습니다. 정리가 끝나면 이 화면에서 바로 확인하실 수 있습니다. 그때까지는 아래 방법으로 물어보십시오.
no-script-title = 이 기기에서는 확인할 수 없습니다.
no-script-text = 확인은 고객님의 기기 안에서 하는데, 이 브라우저는 자바스크립트를 실행하지 않습니다. 자바스크립트를 켜고 다시 열거나, 아래 방법으로 물어보십시오.
old-browser-title = 이 브라우저로는 확인할 수 없습니다.
old-browser-text = 브라우저를 새 판으로 올리거나 다른 브라우저로 여십시오. 아래 방법으로 물어보셔도 됩니다.
ask-title = 인터넷 말고 다른 방법
leaked-title = 무엇이 유출되었습니까?
leaked-note = 사람마다 유출된 항목이 다릅니다.
happened-title = 무슨 일이 있었습니까?
happened-period = 유출된 기간
happened-discovered = 유출이 알려진 날
response-title = 저희가 하고 있는 일
unknown-title = 아직 모르는 것
scam-title = 이번 유출을 이용한 사기를 조심하십시오.
scam-uses = 저희가 알려 드리는 방법
scam-never = 저희가 쓰지 않는 방법
scam-text = 쓰지 않는 방법으로 온 연락은 사기입니다. 이름이나 요금제를 알고 있어도 마찬가지입니다. 저희는 비밀번호나 돈을 요구하지 않습니다.
scam-code = 다만 이 누리집에서 막 요청하신 인증번호는 저희가 보냅니다. 링크는 없습니다.
scam-report = 사기가 의심되면 { $phone }번으로 전화하십시오.
report-title = 피해를 입으셨습니까?
report-text = 단추를 누르면 신고 창구로 갑니다. 위의 유출 항목만 넘어가고, 여기에 입력하신 내용은 넘어가지 않습니다.
report-go = 이 항목으로 피해 신고하기
emergency-title = 지금 돈이 빠져나가고 있습니까?
emergency-text = 먼저 전화하십시오. 나머지는 그다음에 하셔도 됩니다.

## 입력란

field-name = 이름
field-name-hint = 그때 등록하신 이름 그대로 적으십시오. 띄어 쓰셔도 됩니다.
field-birth_date = 생년월일
field-birth_date-hint = 예: 1989. 1. 2. 또는 19890102
field-phone = 전화번호
field-phone-hint = 그때 쓰시던 번호를 적으십시오. 예: 010-1234-5678
field-email = 이메일
field-email-hint = 예: hong@example.com
field-rrn = 주민등록번호
field-rrn-hint = 숫자 13자리입니다.
field-customer_number = 고객번호
field-customer_number-hint = 요금 청구서에 적혀 있습니다.
field-bank_account = 계좌번호
field-bank_account-hint = 숫자와 줄표만 적으십시오.
field-card_number = 카드번호
field-card_number-hint = 카드 앞면이나 뒷면의 긴 숫자입니다.
field-channel_token = 보내 드리는 인증번호
field-letter_code = 편지에 적힌 코드
field-letter_code-hint = 글자와 숫자 16자리입니다. 예: 0123-4567-89AB-CDE8. 줄표, 빈칸, 작은 글자는 아무래도 괜찮습니다.
field-desk_code = 창구에서 받은 코드
field-desk_code-hint = 창구에서 받은 글자와 숫자 16자리입니다. 줄표, 빈칸, 작은 글자는 아무래도 괜찮습니다.
field-code = 받은 인증번호
field-code-hint = 숫자 8자리입니다. 빈칸이나 줄표를 넣으셔도 됩니다.
reveals-membership = 유출되었는지를 알려 드립니다.
reveals-items = 무엇이 유출되었는지 알려 드립니다.

errors-title = 아래 항목을 고쳐 주십시오. 아직 아무것도 보내지 않았습니다.
errors-refused = 코드가 맞지 않습니다. 유출되었는지와는 상관이 없습니다.
error-name-empty = 이름을 적어 주십시오.
error-name-too-long = 이름이 너무 깁니다. 이름만 적어 주십시오.
error-name-characters = 이름은 한글, 한자, 로마자로만 적어 주십시오. 숫자와 괄호는 빼 주십시오.
error-name-length = 이름을 두 글자에서 예순 글자 사이로 적어 주십시오.
error-birth_date-empty = 생년월일을 적어 주십시오.
error-birth_date-too-long = 생년월일만 적어 주십시오. 예: 1989. 1. 2.
error-birth_date-characters = 생년월일을 숫자로 적어 주십시오. 예: 1989. 1. 2.
error-birth_date-century = 태어난 해를 네 자리로 적어 주십시오. 예: 89년이 아니라 1989년
error-birth_date-format = 생년월일을 연, 월, 일 차례로 적어 주십시오. 예: 1989. 1. 2.
error-birth_date-date = 달력에 없는 날짜입니다. 연, 월, 일을 다시 보아 주십시오.
error-phone-empty = 전화번호를 적어 주십시오.
error-phone-too-long = 전화번호를 하나만 적어 주십시오.
error-phone-characters = 전화번호는 숫자로만 적어 주십시오. 줄표와 빈칸은 넣으셔도 됩니다.
error-phone-length = 전화번호의 자릿수가 맞지 않습니다. 다시 보아 주십시오.
error-phone-format = 한국에 없는 번호입니다. 지역번호까지 적어 주십시오. 외국 번호는 +로 시작합니다.
error-email-empty = 이메일을 적어 주십시오.
error-email-too-long = 이메일을 하나만 적어 주십시오.
error-email-characters = 이메일에 쓸 수 없는 글자가 있습니다. 한글이나 빈칸이 섞이지 않았는지 보아 주십시오.
error-email-length = 이메일이 너무 깁니다. 다시 보아 주십시오.
error-email-format = 이메일을 hong@example.com처럼 적어 주십시오.
error-rrn-empty = 주민등록번호를 적어 주십시오.
error-rrn-too-long = 주민등록번호만 적어 주십시오.
error-rrn-characters = 주민등록번호는 숫자로만 적어 주십시오. 줄표는 넣으셔도 됩니다.
error-rrn-length = 주민등록번호는 13자리입니다. 다시 보아 주십시오.
error-rrn-date = 앞 여섯 자리가 날짜가 아닙니다. 다시 보아 주십시오.
error-customer_number-empty = 고객번호를 적어 주십시오.
error-customer_number-too-long = 고객번호만 적어 주십시오.
error-customer_number-characters = 고객번호는 숫자와 로마자로만 적어 주십시오.
error-customer_number-length = 고객번호가 너무 깁니다. 청구서를 다시 보아 주십시오.
error-bank_account-empty = 계좌번호를 적어 주십시오.
error-bank_account-too-long = 계좌번호를 하나만 적어 주십시오.
error-bank_account-characters = 계좌번호는 숫자로만 적어 주십시오. 은행 이름은 빼 주십시오.
error-bank_account-length = 계좌번호는 6자리에서 20자리 사이입니다. 다시 보아 주십시오.
error-card_number-empty = 카드번호를 적어 주십시오.
error-card_number-too-long = 카드번호를 하나만 적어 주십시오.
error-card_number-characters = 카드번호는 숫자로만 적어 주십시오.
error-card_number-length = 카드번호는 13자리에서 19자리 사이입니다. 다시 보아 주십시오.
error-card_number-checksum = 카드번호에 잘못 적힌 숫자가 있습니다. 다시 보아 주십시오.
error-letter_code-empty = 편지에 적힌 코드를 적어 주십시오.
error-letter_code-too-long = 코드만 적어 주십시오.
error-letter_code-characters = 코드는 로마자와 숫자로만 되어 있고, U는 없습니다.
error-letter_code-length = 코드는 16자리입니다. 편지를 다시 보아 주십시오.
error-letter_code-checksum = 잘못 적힌 글자가 있습니다. 편지를 다시 보아 주십시오.
error-letter_code-refused = 쓸 수 없는 코드입니다. 편지를 다시 보아 주십시오. 새 편지를 받으셨다면 그 편지의 코드를 쓰십시오.
error-desk_code-empty = 창구에서 받은 코드를 적어 주십시오.
error-desk_code-too-long = 코드만 적어 주십시오.
error-desk_code-characters = 코드는 로마자와 숫자로만 되어 있고, U는 없습니다.
error-desk_code-length = 코드는 16자리입니다. 다시 보아 주십시오.
error-desk_code-checksum = 잘못 적힌 글자가 있습니다. 코드를 다시 보아 주십시오.
error-desk_code-refused = 이 번호나 이메일의 코드가 아니거나 시간이 지났습니다. 창구에서 새 코드를 받아 주십시오.
error-code-empty = 받은 인증번호를 적어 주십시오.
error-code-too-long = 인증번호만 적어 주십시오.
error-code-characters = 인증번호는 숫자로만 적어 주십시오.
error-code-length = 인증번호는 8자리입니다. 메시지를 다시 보아 주십시오.
error-code-refused = 인증번호가 틀렸거나 시간이 지났습니다. 가장 최근 메시지를 보시거나, 다시 보내 달라고 하십시오.

## 인증번호로 확인

code-title = 인증번호가 필요합니다.
code-text = 무엇이 유출되었는지는 저희에게 등록된 전화나 이메일, 편지를 가진 분에게만 알려 드립니다.
code-ask = 인증번호 받기
code-held = 이 번호나 이메일은 이미 확인했습니다. 인증번호를 새로 받지 않으셔도 됩니다.
way-legend = 어떻게 받으시겠습니까?
way-phone = 문자로 받기
way-email = 이메일로 받기
way-letter = 편지에 적힌 코드가 있습니다.
way-desk-phone = 창구에서 받은 코드가 있습니다. (전화번호)
way-desk-email = 창구에서 받은 코드가 있습니다. (이메일)
learns-title = 물어본 것을 누가 알게 됩니까?
learns-1 = 인증번호를 보내는 곳은 이 번호나 이메일로 요청이 왔다는 것을 압니다. 결과는 아무도 모릅니다.
learns-2 = 번호나 이메일은 24시간 동안만 열쇠로 바꾼 값으로 보관합니다. 인증번호를 끝없이 보내게 하는 일을 막으려는 것입니다.
learns-3 = 메시지는 여기서 막 요청하셨을 때만 가고, 인증번호만 있으며 링크는 없습니다. 그 밖의 메시지는 저희가 보낸 것이 아닙니다.
learns-letter = 인증 서버는 이 편지의 코드가 쓰였다는 것을 압니다. 결과는 아무도 모릅니다.
learns-desk = 인증 서버는 이 번호나 이메일의 창구 코드가 쓰였다는 것을 압니다. 결과는 아무도 모릅니다.
code-sent-title = 인증번호를 적어 주십시오.
code-sent = { $address } 앞으로 인증번호를 보내고 있습니다. 몇 분 걸릴 수 있습니다.
code-resent = 인증번호를 다시 보내고 있습니다. 가장 최근 것을 쓰십시오.
code-until = { $until }까지, 다섯 번까지 적어 보실 수 있습니다.
code-tries = 이 인증번호로 { $tries }번 더 적어 보실 수 있습니다.
code-tries-none = 이 인증번호는 더 쓰실 수 없습니다. 다시 보내 달라고 하십시오.
code-secret = 인증번호를 누구에게도 알려 주지 마십시오. 저희 직원이라고 해도 안 됩니다. 저희는 전화로 묻지 않습니다.
code-missing-title = 메시지가 오지 않습니까?
code-missing = 스팸함도 보아 주십시오. 메시지는 유출되지 않은 번호와 이메일에도 똑같이 갑니다.
code-wait = { $seconds }초 뒤에 다시 요청하실 수 있습니다.
code-again = 인증번호 다시 받기
code-other = 번호나 이메일 바꾸기

## 확인하는 동안

working-title = 확인하고 있습니다.
working-ask-title = 인증번호를 요청하고 있습니다.
working-ask = 인증번호를 보내 달라고 요청하고 있습니다.
working-code = 인증번호를 보낸 곳에 보여 줍니다. 돌아오는 답으로는 고객님 자신에 대한 질문만 할 수 있습니다.
working-list = 공개된 자료의 서명을 확인합니다.
working-blind = 입력하신 내용을 이 기기에서 알아볼 수 없게 바꿉니다.
working-evaluate = 바꾼 점 하나를 보내고, 돌아온 답의 증명을 확인합니다.
working-open = 봉해진 쪽 하나를 받아 이 기기에서 엽니다.
working-slow = 시간이 걸리고 있습니다. 연결이 느릴 수 있습니다. 화면을 닫지 말고 기다려 주십시오.
working-stop = 그만두기

## 유출됨

included-title = 고객님의 정보가 유출되었습니다.
included-lead-one = 아래 { $count }가지가 { $first }부터 { $last } 사이에 빠져나갔습니다.
included-lead-other = 아래 { $count }가지가 { $first }부터 { $last } 사이에 빠져나갔습니다.
included-undated-one = 아래 { $count }가지가 빠져나갔습니다.
included-undated-other = 아래 { $count }가지가 빠져나갔습니다.
included-membership = 어떤 항목인지는 이 질문만으로 보여 드리지 않습니다. 아래 방법으로 물어보십시오.
included-membership-code = 무엇이 유출되었는지 보시려면 인증번호가 필요합니다. 저희에게 등록된 전화나 이메일로 받으시거나, 저희가 보낸 편지의 코드를 쓰십시오.
included-by-code = 무엇이 유출되었는지 보기
included-elsewhere = { $title }: 입력하신 정보가 이 유출에는 없습니다.
included-several = 입력하신 내용에 맞는 사람이 { $count }명입니다. 가족이 같은 번호를 쓰신 경우 등입니다. 따로따로 보여 드립니다.
todo-title = 지금 하실 일
todo-note = 급한 것부터 적었습니다. 하나에 몇 분이면 됩니다. 표시는 이 화면에만 남고, 닫으면 사라집니다.
todo-progress = { $total }가지 가운데 { $done }가지를 하셨습니다.
todo-done = 했습니다
todo-more = 더 하실 수 있는 일
proof-title = 이 답을 증거로 남기기
proof-text = 저장한 파일이 있으면 누구나 인터넷 없이 이 답을 다시 확인할 수 있습니다.
proof-warning = 파일에는 입력하신 내용이 그대로 들어 있습니다. 믿는 사람에게만 주십시오. 저희에게는 전송되지 않습니다.
proof-save = 증거 저장
proof-print = 이 화면 인쇄
proof-saved = 저장을 시작했습니다. 내려받은 파일에 breachdesk-proof.json이 있습니다.

## 없음

absent-title = 입력하신 정보는 유출된 자료에 없습니다.
absent-lead = { $date }에 공개한 제{ $number }차 자료 기준입니다. 자료가 추가되면 이 누리집에서 알립니다.
absent-lead-undated = 제{ $number }차 자료 기준입니다. 자료가 추가되면 이 누리집에서 알립니다.
absent-limit = 방금 하신 질문 하나에 대한 답입니다. 다른 정보로 등록되어 있을 수도 있습니다.
cover-title = 이 자료에 담긴 것
cover-people = 모두 { $subjects }명의 정보입니다.
cover-missing = 그 가운데 { $missing }명은 이 질문으로 찾을 수 없습니다. 파일에 그 항목이 비어 있거나 잘못 적혀 있습니다.
cover-none = 이 질문으로는 아무도 찾을 수 없습니다. 다른 질문으로 확인해 보십시오.
cover-missing-none = 이 질문으로 모두 찾을 수 있습니다.
cover-rejected = 알아볼 수 없어서 담지 못한 기록이 { $rejected }건 있습니다.
cover-rejected-none = 알아볼 수 없어서 담지 못한 기록은 없습니다.
cover-more = 질문마다 몇 명을 왜 찾을 수 없는지
other-title = 다른 질문으로도 확인해 보십시오.
other-ask = 이것으로 확인: { $fields }
other-number-title = 그때는 다른 번호를 쓰셨습니까?
other-number-text = 그 번호로 다시 확인해 보십시오. 이름을 바꾸셨다면 전 이름으로, 가족 이름으로 가입하셨다면 그 이름으로 확인해 보십시오.

other-way-title = 그때는 다른 번호나 이메일을 쓰셨습니까?
other-way-text = 방금 적으신 이름과 생년월일, 그리고 번호나 이메일에 대한 답입니다. 이렇게도 해 보십시오.
other-way-phone = 그때 쓰시던 전화번호로 문자를 아직 받으실 수 있다면 그 번호로 확인해 보십시오.
other-way-email = 그때 알려 주신 이메일로 확인해 보십시오.
other-way-letter = 저희가 보낸 편지를 받으셨다면 편지에 적힌 코드로 확인해 보십시오.
other-way-desk = 그 번호나 이메일을 이제 쓰지 않으시면 창구에서 본인임을 확인받으십시오. 그 번호나 이메일의 코드를 드립니다.

## 확인하지 못함

unverified-title = 지금은 확인할 수 없습니다.
unverified-lead = 유출되지 않았다는 뜻이 아닙니다.
unverified-why = 까닭
unverified-else = 다른 방법
unverified-code = 오류 이름
unverified-offline = 이 기기가 인터넷에 연결되어 있지 않습니다. 연결한 뒤에 다시 확인해 주십시오.
unverified-network = 서버에서 답이 오지 않았습니다. 연결 상태를 보시고 잠시 뒤에 다시 확인해 주십시오.
unverified-busy = 짧은 동안 너무 많은 질문이 들어와 잠시 막혔습니다.
unverified-busy-when = { $time } 이후에 다시 확인해 주십시오.
unverified-busy-later = 몇 분 뒤에 다시 확인해 주십시오.
unverified-codes = 짧은 동안 인증번호를 너무 많이 요청해서 지금은 더 보내지 않습니다.
unverified-sender = 인증번호를 보내는 서버가 제대로 답하지 않았거나, 이 번호나 이메일로는 보내지 않습니다. 이메일, 편지, 창구 가운데 다른 방법으로 해 보십시오.
unverified-holder = 답은 서로 독립된 두 곳 이상이 함께 계산합니다. 제대로 답하지 않은 곳: { $holder }
unverified-server = 확인 서버에 문제가 있습니다. 저희 쪽 고장입니다. 잠시 뒤에 다시 확인해 주십시오.
unverified-clock = 이 기기의 날짜와 시각이 맞지 않습니다. 시계를 맞춘 뒤에 다시 확인해 주십시오.
unverified-stale = 서버가 내놓은 자료의 날짜가 7일보다 오래되었습니다. 최신 자료인지 알 수 없어서 답하지 않습니다.
unverified-tampered = 받은 자료의 증명이 맞지 않습니다. 도중에 바뀌었을 수 있어서 답하지 않습니다. 다른 인터넷 연결로 다시 확인해 보시고, 또 이러면 저희에게 알려 주십시오.
unverified-history = 서버가 내놓은 자료가 앞서 본 자료와 어긋납니다. 있어서는 안 되는 일입니다. 오류 이름을 적어 두시고 저희에게 알려 주십시오.
unverified-retired = 이 유출들의 자료를 모두 거두어서 더 물어보실 것이 없습니다. 언제 왜 거두었는지는 공개 이력에 있습니다.
unverified-version = 이 화면이 옛 판입니다. 화면을 새로 고친 뒤에 다시 확인해 주십시오.
unverified-script = 이 화면의 프로그램이 제대로 움직이지 않습니다. 화면을 새로 고치거나 다른 브라우저로 여십시오.
again = 다시 확인하기
another = 다른 정보로 확인하기

## 답의 근거

facts-title = 이 답의 근거
facts-release = 자료
facts-release-value = 제{ $number }차
facts-published = 공개한 날
facts-fresh = 서명된 때
facts-root = 자료 지문
facts-entry = 공개 기록 지문
facts-witnesses = 함께 서명한 증인
facts-signers = 시각을 적는 저희 열쇠
facts-holders = 답을 계산한 곳
facts-log-key = 공개 기록의 열쇠
facts-script = 이 화면의 프로그램
facts-how = 확인 방식 보기
new-tab = (새 창)

## 무엇이 나가는가

see-title = 직접 보십시오: 무엇이 나가고 무엇이 남는가
see-stays = 이 기기에 남는 것
see-leaves = 밖으로 나가는 것
see-stays-typed = 입력하신 내용
see-stays-key = 내용을 가린 난수
see-stays-answer = 확인 결과
see-nothing = 아직 아무것도 보내지 않았습니다.
see-empty = 아직 적지 않으셨습니다.
see-list = 공개 자료 요청 (누구에게나 같습니다)
see-puzzle = 대량으로 떠보는 것을 막는 작은 문제와 그 풀이 (누구에게나 같습니다)
see-address = 인증번호를 받을 번호나 이메일. 그대로 인증 서버에만 나갑니다.
see-code = 인증번호와 그 번호나 이메일. 그대로 인증 서버에만 나갑니다.
see-but-address = 인증번호를 받을 번호나 이메일은 남지 않습니다. 인증번호를 요청하실 때 나가고, 받은 인증번호도 확인하실 때 나갑니다.
see-point = 가려진 점 ({ $bytes }바이트, 물을 때마다 달라집니다)
see-page = 봉해진 쪽 번호
see-note = 브라우저의 개발자 도구(F12)에서 네트워크 칸을 열면 같은 요청이 보입니다. 정보가 있든 없든 나가는 것은 똑같습니다.

## 하실 일

help-title = 유출된 항목별로 하실 일
help-lead = 급한 것부터 적었습니다. 내 것이 유출되었는지 모르신다면 먼저 확인하십시오.
help-check = 내 정보 확인하기
help-routes = 도와주는 곳
help-source = 출처
help-checked = { DATETIME($date, dateStyle: "long") } 확인

## 인터넷 없이

contact-title = 인터넷 없이 묻는 방법
contact-lead = 전화, 방문, 편지로도 같은 답을 드립니다. 스마트폰이나 컴퓨터가 없어도 됩니다.
contact-code-title = 코드를 받으셨다면
contact-code-letter = 저희가 보낸 편지에는 16자리 코드가 있습니다. 이 누리집에 적으시면 무엇이 유출되었는지 보실 수 있습니다.
contact-code-desk = 그때 쓰시던 전화나 이메일이 이제 없으면 창구에서 본인임을 확인받으십시오. 그 번호나 이메일의 코드를 드립니다. 드린 일은 기록으로 남습니다.
contact-code-never = 저희는 전화로 코드를 묻지 않으며, 저희가 보내는 메시지에는 링크가 없습니다.
contact-kind-phone = 전화
contact-kind-shop = 방문
contact-kind-post = 편지
contact-kind-email = 이메일

## 공개 이력

register-link = 무슨 일이 있었고 무엇을 했는지, 날짜와 그동안 드린 말씀
releases-title = 공개 이력
releases-lead = 지금까지 공개한 자료를 모두 적었습니다. 앞선 자료를 몰래 바꿀 수 없도록 서명한 공개 기록에 차례로 남깁니다.
releases-none = 아직 공개한 자료가 없습니다.
releases-number = 제{ $number }차 자료
releases-current = 지금 쓰는 자료
releases-tombstone = 제{ $number }번 기록: 자료를 거두었습니다.
releases-people = 사람
releases-people-value = { $count }명
releases-records = 기록
releases-records-value = { $read }건 가운데 { $indexed }건을 담음
releases-finds = 질문마다 찾을 수 있는 사람
releases-finds-value = { $all }명 가운데 { $count }명
releases-epoch = 열쇠 { $number }기
releases-rejected = 어떤 답에도 들어가지 못한 기록
rejected-encoding = 글자를 알아볼 수 없는 기록 { $count }건
rejected-shape = 파일의 칸 수와 맞지 않는 기록 { $count }건
rejected-no-subject = 누구의 것인지 적혀 있지 않은 기록 { $count }건
rejected-no-lookup = 적힌 것이 너무 적어 어떤 질문으로도 찾을 수 없는 기록 { $count }건
left-out-missing = 비어 있는 칸 때문에 찾을 수 없는 기록: { $field } { $count }건
left-out-invalid = 잘못 적힌 칸 때문에 찾을 수 없는 기록: { $field } { $count }건
left-out-missing-address = 인증번호를 받을 번호나 이메일이 없어서 찾을 수 없는 기록 { $count }건
left-out-invalid-address = 인증번호를 받을 번호나 이메일이 잘못 적혀 있어서 찾을 수 없는 기록 { $count }건
change-first = { DATETIME($date, dateStyle: "long") }에 { $subjects }명의 기록 { $records }건을 처음 공개했습니다.
change-added = { DATETIME($date, dateStyle: "long") }에 기록 { $records }건을 더했습니다. 전에 없던 사람은 { $subjects }명입니다.
change-replaced = { DATETIME($date, dateStyle: "long") }에 자료를 바로잡아 { $subjects }명의 기록 { $records }건으로 바꾸었습니다.
change-reread = 전에 알아보지 못한 기록 { $records }건을 { DATETIME($date, dateStyle: "long") }에 다시 읽어 담았습니다. 전에 없던 사람은 { $subjects }명입니다.
change-retired = { DATETIME($date, dateStyle: "long") }에 거두었습니다. { $subjects }명의 기록 { $records }건입니다.
change-none = 이번 자료에서 달라진 것이 없습니다.

## 확인 방식

how-title = 확인 방식
how-lead = 무엇이 유출되었는지 알려고 정보를 또 넘기실 필요는 없습니다. 그래서 이렇게 만들었습니다.
how-steps-title = 단추를 누르시면
how-step-1 = 기기가 공개 자료의 서명과 날짜를 확인합니다. 자료가 7일보다 오래되었으면 답하지 않습니다.
how-step-2 = 기기가 입력하신 내용을 난수로 가려 점 하나로 바꿉니다. 저희는 이 점을 보아도 아무것도 알 수 없습니다. 계산이 아무리 빨라도 그렇습니다.
how-step-3 = 그 점을 저희 확인 서버에 보냅니다. 서버는 비밀 열쇠로 계산한 점과 바르게 계산했다는 증명을 돌려줍니다.
how-step-3-several = 그 점을 비밀 열쇠를 나누어 가진 곳마다 보냅니다: { $holders }. 저마다 자기 몫으로 계산한 점과 바르게 계산했다는 증명을 돌려줍니다. 어느 한 곳만으로는 답을 계산할 수 없습니다.
how-step-4 = 기기가 난수를 걷어 내고, 봉해진 쪽의 번호를 알아냅니다. 그 쪽에는 수백 명에서 수천 명의 봉해진 기록이 섞여 있습니다.
how-step-5 = 기기가 그 쪽을 받아 열어 봅니다. 내 것이 아닌 기록은 열리지 않습니다. 결과는 기기만 압니다.
how-code-title = 인증번호가 필요할 때
how-code-lead = 이름과 생년월일은 남도 알 수 있습니다. 그래서 무엇이 유출되었는지는 등록된 전화나 이메일, 편지를 가진 분에게만 보여 드립니다.
how-code-1 = 전화번호나 이메일을 적으시면 인증 서버가 숫자 8자리를 보냅니다. 유출 자료에 있든 없든 똑같이 보냅니다. 인증 서버는 그 번호나 이메일로 요청이 왔다는 것을 알게 됩니다.
how-code-2 = 인증번호가 맞으면 인증 서버는 그 번호나 이메일의 열쇠와, 바른 열쇠라는 증명을 기기에 줍니다. 이름과 생년월일, 확인 결과는 보지 못합니다.
how-code-3 = 기기가 그 열쇠를 질문에 섞어서 위와 같이 물어봅니다. 열쇠가 없으면 질문을 만들 수조차 없습니다.
how-code-limit = 인증 서버를 운영하는 사람은 그런 열쇠를 만들 수 있습니다. 그래도 이름과 생년월일은 알아맞혀야 하고, 질문은 모두 세고 있습니다.
how-see-title = 직접 보시려면
how-see-text = 확인 화면의 '직접 보십시오'를 열어 두고 확인해 보십시오. 나가는 것이 그대로 나옵니다. 브라우저의 개발자 도구로 견주어 보실 수 있습니다.
how-command = 저희 화면을 믿지 않으셔도 됩니다. 공개된 명령줄 프로그램으로도 똑같이 확인하실 수 있습니다.
how-verify = 저장한 증거는 인터넷 없이 이렇게 다시 확인합니다.
how-proved-title = 증명되는 것
how-proved-text = 이 자료에 이 내용을 물으면 이 답이 나온다는 것입니다. 저희도 사람마다 다르게 답할 수 없습니다.
how-unproved-title = 증명되지 않는 것
how-unproved-1 = 자료에 유출된 정보가 빠짐없이 담겨 있다는 것. 저희가 찾은 파일만 담았습니다.
how-unproved-2 = 자료에 적힌 사람 수가 맞다는 것.
how-unproved-3 = 이 화면의 프로그램이 정직하다는 것. 그래서 프로그램의 지문을 공개합니다.
how-unproved-4 = 모두에게 같은 공개 기록을 보여 준다는 것. 이것은 저희와 상관없는 증인이 함께 서명해야 알 수 있습니다.
how-risk-title = 고객님을 아는 사람
how-risk-text = 아래 질문은 그 내용을 아는 사람이면 누구나 할 수 있습니다. 가족이나 아는 사람이 고객님에 대하여 물어보고 이런 답을 받을 수 있다는 뜻입니다.
witness-title = 누가 증인이 되었는가
witness-text = 증인은 저희 공개 기록을 지켜보다가 이미 공개한 것이 바뀌지 않았을 때에만 서명하는 다른 곳입니다. 저희와 정말 상관없는 곳인지는 증인에게 물어보셔야 합니다. 증인에게서 열쇠를 받아 견주어 보십시오.
witness-by = { $name }: 공개된 모든 것을 지켜보고 { DATETIME($date, dateStyle: "long") } { $clock }에 마지막으로 서명했습니다.
witness-none = 저희와 상관없는 증인은 아직 이 자료에 서명하지 않았습니다.
witness-key = 증인의 열쇠
how-keys-title = 열쇠와 지문
how-keys-text = 다른 곳에서 얻은 값과 같은지 견주어 보십시오.

## 개인정보 안내

privacy-title = 개인정보 안내
privacy-lead = 이 누리집은 입력하신 내용을 받지 않으므로 저장하지도 않습니다.
privacy-lead-codes = 이 누리집은 이름, 생년월일, 확인 결과를 받지 않습니다. 인증번호를 요청하시면 그것을 보낼 번호나 이메일을 받습니다.
privacy-typed-title = 입력하신 내용
privacy-typed-text = 기기 안에서만 쓰고, 화면을 닫으면 사라집니다. 주소, 방문 기록, 브라우저 저장소에도 남기지 않습니다.
privacy-typed-text-codes = 기기 안에서만 쓰고, 화면을 닫으면 사라집니다. 주소, 방문 기록, 브라우저 저장소에도 남기지 않습니다. 인증번호를 받을 번호나 이메일과 그 인증번호만 예외입니다.
privacy-code-title = 인증번호를 요청하시면
privacy-code-1 = 인증 서버가 인증번호를 보내려고 번호나 이메일을 받습니다. 이름과 생년월일은 받지 않으며, 확인 결과도 알 수 없습니다.
privacy-code-2 = 메시지를 전하는 회사는 저희가 그 번호나 이메일로 인증번호를 보냈다는 것을 봅니다.
privacy-code-3 = 보내는 횟수를 제한하려고 번호나 이메일을 열쇠로 바꾼 값으로 24시간 보관한 뒤 지웁니다.
privacy-code-4 = 유출 자료에 있든 없든 모든 번호와 이메일에 똑같은 메시지가 갑니다.
privacy-answer-title = 확인 결과
privacy-answer-text = 기기만 압니다. 유출되었든 아니든 나가는 요청이 똑같아서, 저희는 알 수 없습니다.
privacy-gets-title = 서버가 알게 되는 것
privacy-gets-1 = 인터넷 주소(IP)와 시각. 웹사이트에 접속하면 언제나 전해집니다.
privacy-gets-2 = 가려진 점 하나와 봉해진 쪽의 번호. 저희가 가진 열쇠와 고객 명단을 함께 쓰면, 쪽 번호로 누가 물었는지를 일부 사람으로 좁힐 수는 있습니다.
privacy-gets-3 = 쿠키와 방문 분석 도구는 쓰지 않습니다. 다른 회사의 프로그램도 부르지 않습니다.
privacy-shared-title = 다른 사람과 함께 쓰는 기기라면
privacy-shared-text = 확인을 마치면 창을 닫으십시오. 증거를 저장하셨다면 파일을 옮기거나 지우십시오.

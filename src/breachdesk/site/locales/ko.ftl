# 모든 화면이 함께 쓰는 말

site-name = 정보 유출 확인
site-skip = 본문으로 건너뛰기
site-menu = 메뉴
site-other-language = English
site-nav-check = 확인하기
site-nav-help = 하실 일
site-nav-how = 확인 방식
site-nav-releases = 공개 이력
site-nav-contact = 인터넷 없이 묻기
site-nav-desk = 피해 신고
site-nav-privacy = 개인정보 안내
site-footer = 이 누리집은 쿠키를 쓰지 않으며, 입력하신 내용을 받지 않습니다.
site-footer-codes = 이 누리집은 쿠키를 쓰지 않습니다. 입력하신 내용 가운데 받는 것은 인증번호를 받을 번호나 이메일, 그리고 그 인증번호뿐입니다.

missing-title = 이 주소에는 화면이 없습니다.
missing-text = 주소가 바뀌었거나 잘못 적혔을 수 있습니다. 유출 확인은 첫 화면에서 하실 수 있습니다.
missing-home = 첫 화면으로 가기
failed-title = 화면을 보여 드리지 못했습니다.
failed-text = 저희 쪽 고장입니다. 유출되지 않았다는 뜻이 아닙니다. 잠시 뒤에 다시 열어 주십시오.
failed-home = 첫 화면 다시 열기

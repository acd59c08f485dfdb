INSERT INTO public.member (name, addr) VALUES ('노승선', E'강원도 강릉시 북문동 297 O''Brien "집"\n2층');
INSERT INTO public.member (name, addr) VALUES ('김준모', E'강원도 강릉시 문화동 210-2 푸른아파트 14동 O''Brien "집"\n2층');
INSERT INTO public.member (name, addr) VALUES ('이수혁', E'세종특별자치시 한솔동 역촌동 194 O''Brien "집"\n2층');
INSERT INTO public.member (name, addr) VALUES ('고진인', E'경기도 수원시 권선구 양지로 145 O''Brien "집"\n2층');
INSERT INTO public.member (name, addr) VALUES ('김태남', E'경기도 안양시 동안구 성내동 178 무지개아파트 11동 O''Brien "집"\n2층');
INSERT INTO public.member (name, addr) VALUES ('최서주', E'서울특별시 노원구 하대동 299 O''Brien "집"\n2층');

--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';
CREATE TABLE public.member (
    id integer NOT NULL,
    name text,
    hp_no text,
    addr text,
    cust_no character(9),
    left_at date
);
COPY public.member (id, name, hp_no, addr, cust_no, left_at) FROM stdin;
0	노승선	01004457376	강원도 강릉시 북문동 297 O'Brien "집"\n2층	994068031	\N
1	김준모	010-1264-4959	강원도 강릉시 문화동 210-2 푸른아파트 14동 O'Brien "집"\n2층	646846341	\N
2	이수혁	01019841311	세종특별자치시 한솔동 역촌동 194 O'Brien "집"\n2층	344293939	\N
3	고진인	010-0534-1330	경기도 수원시 권선구 양지로 145 O'Brien "집"\n2층	770249749	\N
4	김태남	010-1853-3567	경기도 안양시 동안구 성내동 178 무지개아파트 11동 O'Brien "집"\n2층	196720738	\N
5	최서주	051-0890-3947	서울특별시 노원구 하대동 299 O'Brien "집"\n2층	416396635	\N
\.

SELECT pg_catalog.setval('public.member_id_seq', 6, true);

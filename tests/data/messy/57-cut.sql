-- MySQL dump 10.13
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `member`;
CREATE TABLE `member` (
  `id` int NOT NULL AUTO_INCREMENT,
  `name` varchar(40) COMMENT 'it''s; a name',
  `hp_no` varchar(20),
  `addr` text,
  `cust_no` char(9),
  `left_at` date,
  PRIMARY KEY (`id`),
  KEY `k` (`name`)
) ENGINE=InnoDB;
LOCK TABLES `member` WRITE;
INSERT INTO `member` VALUES (0,'노승선','01004457376','강원도 강릉시 북문동 297 O\'Brien \"집\"\n2층','994068031',NULL),(1,'김준모','010-1264-4959','강원도 강릉시 문화동 210-2 푸른아파트 14동 O\'Brien \"집\"\n2층','646846341',NULL),(2,'이수혁','01019841311','세종특별자치시 한솔동 역촌동 194 O\'Brien \"집\"\n2층','344293939',NULL),(3,'고진인','010-0534-1330','경기도 수원시 권선구 양지로 145 O\'Brien \"집\"\n2층','770249749',NULL),(4,'김태남','010-1853-3567','경기도 안양시 동안구 성내동 178 무지개아파트 11동 O\'Brien \"집\"\n2층','196720738',NULL),(5,'최서주','051-0890-3947','서울특별시 노원구 하대동 299 O\'Brien \"집\"\n2층','416396635',NULL);
UNLOCK TABLES;
CREATE TABLE `log` (`at` datetime, `what` varchar(9));
INSERT INTO `log` (`at`, `what`) VALUES ('2014-03-06 10:00:00','login'),('x');
INSERT INTO `member` VALUES (99,'끝','010','',
<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:my="urn:meldingsboks:proeve" xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:msxsl="urn:schemas-microsoft-com:xslt" xmlns:xd="http://schemas.microsoft.com/office/infopath/2003" xmlns:xdXDocument="http://schemas.microsoft.com/office/infopath/2003/xslt/xDocument" xmlns:xdFormatting="http://schemas.microsoft.com/office/infopath/2003/xslt/formatting" xmlns:xdImage="http://schemas.microsoft.com/office/infopath/2003/xslt/xImage" xmlns:xdMath="http://schemas.microsoft.com/office/infopath/2003/xslt/Math" xmlns:xdDate="http://schemas.microsoft.com/office/infopath/2003/xslt/Date" xmlns:xdUtil="http://schemas.microsoft.com/office/infopath/2003/xslt/Util" xmlns:xdUser="http://schemas.microsoft.com/office/infopath/2006/xslt/User" xmlns:ipApp="http://schemas.microsoft.com/office/infopath/2006/XPathExtension/ipApp">
	<xsl:output method="html" indent="no"/>
	<xsl:template match="my:melding">
		<html>
			<head>
				<meta http-equiv="Content-Type" content="text/html"/>
				<style controlStyle="controlStyle">@media screen { BODY{margin-left:21px;background-position:21px 0px;} } BODY{color:windowtext;background-color:window;layout-grid:none;} .xdTextBox{display:inline-block;white-space:nowrap;text-overflow:ellipsis;padding:1px;margin:1px;border:1pt solid #dcdcdc;color:windowtext;background-color:window;overflow:hidden;text-align:left;} .xdBehavior_Formatting{BEHAVIOR:url(#default#urn::controls/Binder) url(#default#Formatting);} .optionalPlaceholder{color:#333333} .xdTitle{font-size:16pt;font-family:Calibri}</style>
				<style themeStyle="urn:office.microsoft.com:themeOffice">TABLE { BORDER-RIGHT: medium none; BORDER-COLLAPSE: collapse } TD { BORDER-COLOR: #d8d8d8 }</style>
			</head>
			<body>
				<xsl:apply-templates select="my:trekk" mode="_1"/>
				<xsl:choose><xsl:when test="my:begrunnelse != ''"><div>Med begrunnelse</div></xsl:when><xsl:otherwise><div>Uten begrunnelse</div></xsl:otherwise></xsl:choose>
				<xsl:if test="my:trekk/my:rad/my:beloep != 0"><div>Minst ett beløp er ikke null</div></xsl:if>
				<div>Sum: <span class="xdTextBox"><xsl:value-of select="xdFormatting:formatString(sum(xdMath:Nz(my:trekk/my:rad/my:beloep)),&quot;number&quot;,&quot;numDigits:2;&quot;)"/></span> største <xsl:value-of select="xdMath:Max(my:trekk/my:rad/my:beloep)"/> snitt <xsl:value-of select="xdMath:Avg(my:trekk/my:rad/my:beloep)"/>, frist <xsl:value-of select="xdFormatting:formatString(xdDate:AddDays(my:trekk/my:rad[1]/my:fra, 14),&quot;date&quot;,&quot;dateFormat:Long Date;&quot;)"/></div>
				<div>Gyldig: <xsl:value-of select="xdUtil:Match(string(my:ansatt/my:navn), '.+')"/></div>
			</body>
		</html>
	</xsl:template>
	<xsl:template match="my:trekk" mode="_1">
		<table class="xdRepeatingTable" xd:xctname="RepeatingTable" border="1" style="WIDTH: 600px">
			<tbody class="xdTableHeader"><tr><td><strong>Fra og med</strong></td><td><strong>Type</strong></td><td><strong>Beløp</strong></td></tr></tbody>
			<tbody xd:xctname="RepeatingTable"><xsl:for-each select="my:rad"><tr><xsl:attribute name="style"><xsl:if test="my:beloep &lt; 0">BACKGROUND-COLOR: #ffe0e0</xsl:if></xsl:attribute><td><xsl:choose><xsl:when test="function-available('xdFormatting:formatString')"><xsl:value-of select="xdFormatting:formatString(my:fra,&quot;date&quot;,&quot;dateFormat:Short Date;&quot;)"/></xsl:when><xsl:otherwise><xsl:value-of select="my:fra"/></xsl:otherwise></xsl:choose></td><td><select value="" xd:boundProp="value" xd:xctname="dropdown"><xsl:attribute name="value"><xsl:value-of select="my:type"/></xsl:attribute><option value="F"><xsl:if test="my:type='F'"><xsl:attribute name="selected">selected</xsl:attribute></xsl:if>Fast beløp</option><option value="P"><xsl:if test="my:type='P'"><xsl:attribute name="selected">selected</xsl:attribute></xsl:if>Prosent</option></select></td><td align="right"><span class="xdTextBox xdBehavior_Formatting"><xsl:choose><xsl:when test="function-available('xdFormatting:formatString')"><xsl:value-of select="xdFormatting:formatString(my:beloep,&quot;number&quot;,&quot;numDigits:2;negativeOrder:1;&quot;)"/></xsl:when><xsl:otherwise><xsl:value-of select="my:beloep"/></xsl:otherwise></xsl:choose></span></td></tr></xsl:for-each></tbody>
		</table>
	</xsl:template>
</xsl:stylesheet>

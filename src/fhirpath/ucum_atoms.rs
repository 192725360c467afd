//! UCUM's prefixes and unit atoms (case-sensitive codes).
//!
//! Written by `npm run tables` from ucum-essence.xml of UCUM, version 2.2 of 2024-06-17, as octofhir-ucum 0.9.2 has it.
//!
//! The Unified Code for Units of Measure (UCUM): Copyright 1999-2022 Regenstrief Institute, Inc. All rights reserved.
//! Licensed under the UCUM License, Version 1.0 (the "License"); you may not use this file except in compliance with the License. You may
//! obtain a copy of the License at <https://unitsofmeasure.org/license>.
//!
//! Unless required by applicable law or agreed to in writing, software distributed under the License is distributed on an "AS IS" BASIS,
//! WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the License for the specific language governing permissions
//! and limitations under the License.

/// Prefixes, and the power of ten that each is.
#[rustfmt::skip]
pub(super) const PREFIXES: [(&str, i32); 20] = [
    ("Y", 24), ("Z", 21), ("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("h", 2), ("da", 1),
    ("d", -1), ("c", -2), ("m", -3), ("u", -6), ("n", -9), ("p", -12), ("f", -15), ("a", -18), ("z", -21), ("y", -24),
];

/// Prefixes of binary numbers, and how many each is.
#[rustfmt::skip]
pub(super) const BINARY_PREFIXES: [(&str, u64); 4] = [
    ("Ki", 1024), ("Mi", 1048576), ("Gi", 1073741824), ("Ti", 1099511627776),
];

/// An atom in each line, sorted by their codes, with blanks between: its code; `+` where it takes prefixes, else `-`; a number; the unit that
/// it is so many of. Without a unit it is a base unit, whose place among the dimensions is the number. Without a number, too, it can only be
/// compared with itself: arbitrary units, and those on a scale of their own (`Cel`, `[pH]`, `B`). The number `pi` stands for itself, as no
/// decimal is exactly that.
pub(super) const ATOMS: &str = "\
% - 1 10*-2
%[slope] -
' - 1 deg/60
'' - 1 '/60
10* - 1e1 1
10^ - 1e1 1
A + 1 C/s
AU - 149597.870691 Mm
Ao - 0.1 nm
B +
B[10.nV] +
B[SPL] +
B[V] +
B[W] +
B[kW] +
B[mV] +
B[uV] +
Bd + 1 /s
Bi + 1e1 A
Bq + 1 s-1
By + 8 bit
C + 5
Cel +
Ci + 37e9 Bq
F + 1 C/V
G + 1e-4 T
Gal + 1 cm/s2
Gb + 1 Oe.cm
Gy + 1 J/kg
H + 1 Wb/A
Hz + 1 s-1
J + 1 N.m
K + 4
Ky + 1 cm-1
L + 1 l
Lmb + 1 cd/cm2/[pi]
Mx + 1e-8 Wb
N + 1 kg.m/s2
Np +
Oe + 250 /[pi].A/m
Ohm + 1 V/A
P + 1 dyn.s/cm2
Pa + 1 N/m2
R + 2.58e-4 C/kg
RAD + 100 erg/g
REM + 1 RAD
S + 1 Ohm-1
St + 1 cm2/s
Sv + 1 J/kg
T + 1 Wb/m2
U + 1 umol/min
V + 1 J/C
W + 1 J/s
Wb + 1 V.s
[APL'U] -
[AU] -
[Amb'a'1'U] -
[BAU] -
[Btu] - 1 [Btu_th]
[Btu_39] - 1.05967 kJ
[Btu_59] - 1.05480 kJ
[Btu_60] - 1.05468 kJ
[Btu_IT] - 1.05505585262 kJ
[Btu_m] - 1.05587 kJ
[Btu_th] - 1.054350 kJ
[CCID_50] -
[CFU] -
[Cal] - 1 kcal_th
[Ch] - 1 mm/3
[D'ag'U] -
[EID_50] -
[ELU] -
[EU] -
[FEU] -
[FFU] -
[FNU] - 1 1
[GPL'U] -
[G] + 6.67430e-11 m3.kg-1.s-2
[HPF] - 1 1
[HP] - 550 [ft_i].[lbf_av]/s
[IR] -
[IU] + 1 [iU]
[LPF] - 100 1
[Lf] -
[MET] - 3.5 mL/min/kg
[MPL'U] -
[NTU] - 1 1
[PFU] -
[PNU] -
[PRU] - 1 mm[Hg].s/ml
[S] - 1 10*-13.s
[TCID_50] -
[USP'U] -
[acr_br] - 4840 [yd_br]2
[acr_us] - 160 [rd_us]2
[anti'Xa'U] -
[arb'U] -
[bbl_us] - 42 [gal_us]
[bdsk'U] -
[beth'U] -
[bf_i] - 144 [in_i]3
[bu_br] - 4 [pk_br]
[bu_us] - 2150.42 [in_i]3
[c] + 299792458 m/s
[car_Au] - 1 /24
[car_m] - 2e-1 g
[cft_i] - 1 [ft_i]3
[ch_br] - 4 [rd_br]
[ch_us] - 4 [rd_us]
[cicero] - 12 [didot]
[cin_i] - 1 [in_i]3
[cml_i] - 1 [pi]/4.[mil_i]2
[cr_i] - 128 [ft_i]3
[crd_us] - 128 [ft_i]3
[cup_m] - 240 mL
[cup_us] - 16 [tbs_us]
[cyd_i] - 1 [yd_i]3
[degF] -
[degR] - 5 K/9
[degRe] -
[den] - 1 g/9/km
[didot] - 1 [ligne]/6
[diop] - 1 /m
[dpt_us] - 1 [dqt_us]/2
[dqt_us] - 1 [pk_us]/8
[dr_ap] - 3 [sc_ap]
[dr_av] - 1 [oz_av]/16
[drp] - 1 ml/20
[dye'U] -
[e] + 1.602176634e-19 C
[eps_0] + 8.854187817e-12 F/m
[fdr_br] - 1 [foz_br]/8
[fdr_us] - 1 [foz_us]/8
[foz_br] - 1 [gil_br]/5
[foz_m] - 30 mL
[foz_us] - 1 [gil_us]/4
[ft_br] - 12 [in_br]
[ft_i] - 12 [in_i]
[ft_us] - 1200 m/3937
[fth_br] - 6 [ft_br]
[fth_i] - 6 [ft_i]
[fth_us] - 6 [ft_us]
[fur_us] - 40 [rd_us]
[g] + 980665e-5 m/s2
[gal_br] - 4.54609 l
[gal_us] - 231 [in_i]3
[gal_wi] - 1 [bu_us]/8
[gil_br] - 1 [pt_br]/4
[gil_us] - 1 [pt_us]/4
[gr] - 64.79891 mg
[h] + 6.62607015e-34 J.s
[hd_i] - 4 [in_i]
[hnsf'U] - 1 1
[hp'_C] -
[hp'_M] -
[hp'_Q] -
[hp'_X] -
[hp_C] -
[hp_M] -
[hp_Q] -
[hp_X] -
[iU] +
[in_br] - 2.539998 cm
[in_i'H2O] - 1 m[H2O].[in_i]/m
[in_i'Hg] - 1 m[Hg].[in_i]/m
[in_i] - 254e-2 cm
[in_us] - 1 [ft_us]/12
[k] + 1.380649e-23 J/K
[ka'U] -
[kn_br] - 1 [nmi_br]/h
[kn_i] - 1 [nmi_i]/h
[knk'U] -
[kp_C] -
[kp_M] -
[kp_Q] -
[kp_X] -
[lb_ap] - 12 [oz_ap]
[lb_av] - 7000 [gr]
[lb_tr] - 12 [oz_tr]
[lbf_av] - 1 [lb_av].[g]
[lcwt_av] - 112 [lb_av]
[ligne] - 1 [pouce]/12
[lk_br] - 1 [ch_br]/100
[lk_us] - 1 [ch_us]/100
[lne] - 1 [in_i]/12
[lton_av] - 20 [lcwt_av]
[ly] + 1 [c].a_j
[m/s2/Hz^(1/2)] -
[m_e] + 9.1093837139e-31 kg
[m_p] + 1.67262192595e-27 kg
[mclg'U] -
[mesh_i] - 1 /[in_i]
[mi_br] - 5280 [ft_br]
[mi_i] - 5280 [ft_i]
[mi_us] - 8 [fur_us]
[mil_i] - 1e-3 [in_i]
[mil_us] - 1e-3 [in_us]
[min_br] - 1 [fdr_br]/60
[min_us] - 1 [fdr_us]/60
[mu_0] + 1 4.[pi].10*-7.N/A2
[nmi_br] - 6080 [ft_br]
[nmi_i] - 1852 m
[oz_ap] - 8 [dr_ap]
[oz_av] - 1 [lb_av]/16
[oz_m] - 28 g
[oz_tr] - 20 [pwt_tr]
[p'diop] -
[pH] -
[pc_br] - 2.5 [ft_br]
[pca] - 12 [pnt]
[pca_pr] - 12 [pnt_pr]
[pi] - pi 1
[pied] - 32.48 cm
[pk_br] - 2 [gal_br]
[pk_us] - 1 [bu_us]/4
[pnt] - 1 [lne]/6
[pnt_pr] - 0.013837 [in_i]
[pouce] - 1 [pied]/12
[ppb] - 1 10*-9
[ppm] - 1 10*-6
[ppth] - 1 10*-3
[pptr] - 1 10*-12
[psi] - 1 [lbf_av]/[in_i]2
[pt_br] - 1 [qt_br]/2
[pt_us] - 1 [qt_us]/2
[pwt_tr] - 24 [gr]
[qt_br] - 1 [gal_br]/4
[qt_us] - 1 [gal_us]/4
[rch_us] - 100 [ft_us]
[rd_br] - 16.5 [ft_br]
[rd_us] - 16.5 [ft_us]
[rlk_us] - 1 [rch_us]/100
[sc_ap] - 20 [gr]
[sct] - 1 [mi_us]2
[scwt_av] - 100 [lb_av]
[sft_i] - 1 [ft_i]2
[sin_i] - 1 [in_i]2
[smgy'U] -
[smi_us] - 1 [mi_us]2
[smoot] - 67 [in_i]
[srd_us] - 1 [rd_us]2
[ston_av] - 20 [scwt_av]
[stone_av] - 14 [lb_av]
[syd_i] - 1 [yd_i]2
[tb'U] -
[tbs_m] - 15 mL
[tbs_us] - 1 [foz_us]/2
[todd'U] -
[tsp_m] - 5 mL
[tsp_us] - 1 [tbs_us]/3
[twp] - 36 [sct]
[wood'U] - 1 mm[Hg].min/L
[yd_br] - 3 [ft_br]
[yd_i] - 3 [ft_i]
[yd_us] - 3 [ft_us]
a - 1 a_j
a_g - 365.2425 d
a_j - 365.25 d
a_t - 365.24219 d
ar + 100 m2
atm - 101325 Pa
att - 1 kgf/cm2
b - 100 fm2
bar + 1e5 Pa
bit + 1 1
bit_s -
cal + 1 cal_th
cal_IT + 4.1868 J
cal_[15] + 4.18580 J
cal_[20] + 4.18190 J
cal_m + 4.19002 J
cal_th + 4.184 J
cd + 6
circ - 2 [pi].rad
d - 24 h
deg - 2 [pi].rad/360
dyn + 1 g.cm/s2
eV + 1 [e].V
eq + 1 mol
erg + 1 dyn.cm
g + 2
g% + 1 g/dl
gf + 1 g.[g]
gon - 0.9 deg
h - 60 min
kat + 1 mol/s
l + 1 dm3
lm + 1 cd.sr
lx + 1 lm/m2
m + 0
m[H2O] + 980665e-5 kPa
m[Hg] + 133.3220 kPa
mho + 1 S
min - 60 s
mo - 1 mo_j
mo_g - 1 a_g/12
mo_j - 1 a_j/12
mo_s - 29.53059 d
mol + 6.02214076 10*23
osm + 1 mol
pc + 3.085678e16 m
ph + 1e-4 lx
rad + 3
s + 1
sb + 1 cd/cm2
sph - 4 [pi].sr
sr + 1 rad2
st + 1 m3
t + 1e3 kg
tex + 1 g/km
u + 1.66053906660e-24 g
wk - 7 d
";

// Without the fonts of the theme: those of the system load nothing.
export { default } from 'vitepress/theme-without-fonts';
import './site.css';
